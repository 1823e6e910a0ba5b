# The parameters of the commands for sessions that live on at their server. What they do is native: the functions are replaced by it.
$common = {
    [CmdletBinding(DefaultParameterSetName = 'Session', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Session', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()] [System.Management.Automation.Runspaces.PSSession[]] $Session,
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [int[]] $Id,
        [Parameter(ParameterSetName = 'Name', Mandatory)]
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [string[]] $Name,
        [Parameter(ParameterSetName = 'InstanceId', Mandatory)]
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [guid[]] $InstanceId,
        [Parameter(ParameterSetName = 'ComputerName', Mandatory)] [Alias('Cn')] [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'ConnectionUri', Mandatory, ValueFromPipelineByPropertyName)] [Alias('URI', 'CU')] [uri[]] $ConnectionUri,
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [string] $ConfigurationName,
        [Parameter(ParameterSetName = 'ComputerName')] [string] $ApplicationName,
        [Parameter(ParameterSetName = 'ComputerName')] [int] $Port,
        [Parameter(ParameterSetName = 'ComputerName')] [switch] $UseSSL,
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [pscredential] $Credential,
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [System.Management.Automation.Runspaces.AuthenticationMechanism] $Authentication,
        [Parameter(ParameterSetName = 'ComputerName')]
        [Parameter(ParameterSetName = 'ConnectionUri')] [System.Management.Automation.Remoting.PSSessionOption] $SessionOption
    )
}
foreach ($name in 'Connect-PSSession', 'Receive-PSSession') { Set-Item "function:global:$name" $common }
Set-Item function:global:Disconnect-PSSession {
    [CmdletBinding(DefaultParameterSetName = 'Session', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Session', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()] [System.Management.Automation.Runspaces.PSSession[]] $Session,
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [int[]] $Id,
        [Parameter(ParameterSetName = 'Name', Mandatory)] [string[]] $Name,
        [Parameter(ParameterSetName = 'InstanceId', Mandatory)] [guid[]] $InstanceId
    )
}

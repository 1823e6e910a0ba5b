# Fifty prologues and idioms with which real runbooks begin and end, each in a block of its own. Prints one line for each that
# does not do what it should, and the count at the end. Runs in a folder of its own; the organization is there already.
param([Parameter(Mandatory)] [string] $Folder)
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$script:passed = 0
Set-Location $Folder
$exchange = @(Get-ExchangeServer)[0].Fqdn
$pool = @(Get-CsService -Registrar | ForEach-Object PoolFqdn)[0]
$admin = @(Get-ADUser -Filter *)[0]

function Test-Idiom([string] $Name, [scriptblock] $Block) {
    try {
        $answer = . $Block
        if (@($answer)[-1] -eq $true) { $script:passed++ } else { "$Name gave '$answer'" }
    } catch { "$Name failed: $($_.FullyQualifiedErrorId) $($_.Exception.Message)" }
}

# Guards
Test-Idiom 'version guard' { if ($PSVersionTable.PSVersion.Major -lt 3) { throw 'too old' }; $true }
Test-Idiom 'administrator guard' { $null -ne [Environment]::UserName }
Test-Idiom 'module guard' { [bool](Get-Module -ListAvailable -Name Microsoft.PowerShell.Utility) }
Test-Idiom 'module guard of the product' { if (-not (Get-Module SkypeForBusiness)) { Import-Module SkypeForBusiness }; [bool](Get-Command Get-CsUser) }
Test-Idiom 'missing module guard' { -not (Get-Module -ListAvailable -Name NoSuchModule_) }
Test-Idiom 'requires modules' {
    Set-Content ./req.ps1 "#requires -Version 3.0`n#requires -Modules Microsoft.PowerShell.Utility`n'ran'"
    (& ./req.ps1) -eq 'ran'
}
Test-Idiom 'requires a missing module' {
    Set-Content ./req2.ps1 "#requires -Modules NoSuchModule_`n'ran'"
    try { & ./req2.ps1; $false } catch { $_.FullyQualifiedErrorId -like 'ScriptRequires*' }
}
Test-Idiom 'snap-in' { Add-PSSnapin Microsoft.Exchange.Management.PowerShell.E2010; [bool](Get-PSSnapin Microsoft.Exchange.Management.PowerShell.E2010) }
Test-Idiom 'snap-in, errors silenced' { Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn -ErrorAction SilentlyContinue; [bool](Get-Command Get-UMDialPlan) }
Test-Idiom 'command guard' { [bool](Get-Command Get-Mailbox -ErrorAction SilentlyContinue) -and -not (Get-Command No-Such_ -ErrorAction SilentlyContinue) }
Test-Idiom 'policy guard' { (Get-ExecutionPolicy) -in 'Unrestricted', 'Bypass' }
Test-Idiom 'script folder' { $here = Split-Path -Parent (Resolve-Path ./req.ps1); $here -eq $PWD.Path }
Test-Idiom 'strict mode' { Set-StrictMode -Version Latest; $x = 1; Set-StrictMode -Off; $x -eq 1 }
Test-Idiom 'security protocol' { [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; $true }

# Credentials and files
Test-Idiom 'credential from text' {
    $secure = ConvertTo-SecureString 'P@ssw0rd' -AsPlainText -Force
    $cred = New-Object System.Management.Automation.PSCredential('contoso\admin', $secure)
    $cred.UserName -eq 'contoso\admin' -and $cred.GetNetworkCredential().Password -eq 'P@ssw0rd'
}
Test-Idiom 'credential in a file' {
    [pscredential]::new('u', (ConvertTo-SecureString 'x' -AsPlainText -Force)) | Export-Clixml ./cred.xml
    (Import-Clixml ./cred.xml).GetNetworkCredential().Password -eq 'x'
}
Test-Idiom 'password in a text file' {
    ConvertTo-SecureString 'secret' -AsPlainText -Force | ConvertFrom-SecureString | Set-Content ./pw.txt
    [Net.NetworkCredential]::new('', (Get-Content ./pw.txt | ConvertTo-SecureString)).Password -eq 'secret'
}
Test-Idiom 'C drive paths' {
    $null = New-Item -ItemType Directory -Path C:\Temp -Force
    Get-Date | Out-File C:\Temp\started.txt
    (Test-Path C:\Temp\started.txt) -and (Get-ChildItem C:\Temp\*.txt).Count -eq 1
}
Test-Idiom 'log file by date' {
    $log = 'C:\Temp\run_{0}.log' -f (Get-Date -Format 'yyyyMMdd')
    Add-Content $log "$(Get-Date -Format 's') started"; (Get-Content $log).Count -eq 1
}
Test-Idiom 'temporary file' { $f = New-TemporaryFile; $ok = Test-Path $f; Remove-Item $f; $ok }
Test-Idiom 'transcript' {
    $null = Start-Transcript -Path ./run.log; 'noted' | Out-Host; $null = Stop-Transcript
    [bool](Select-String -Path ./run.log -Pattern 'noted' -Quiet)
}
Test-Idiom 'transcript stopped when none runs' { try { Stop-Transcript; $false } catch { $true } }

# Tables of text
Test-Idiom 'CSV in UTF-16' {
    @([pscustomobject]@{ Name = 'Zoë'; Ext = '100' }) | Export-Csv ./u.csv -Encoding Unicode -NoTypeInformation
    (Import-Csv ./u.csv -Encoding Unicode).Name -eq 'Zoë'
}
Test-Idiom 'CSV in ANSI' {
    @([pscustomobject]@{ Name = 'Zoë' }) | Export-Csv ./a.csv -Encoding ansi -NoTypeInformation
    (Import-Csv ./a.csv -Encoding ansi).Name -eq 'Zoë'
}
Test-Idiom 'CSV with semicolons' { (@('Name;Ext', 'Ann;100') | ConvertFrom-Csv -Delimiter ';').Ext -eq '100' }
Test-Idiom 'CSV that is checked' {
    $rows = "Name,Ext`nAnn,100`nBen," | ConvertFrom-Csv
    @($rows | Where-Object { [string]::IsNullOrWhiteSpace($_.Ext) }).Name -eq 'Ben'
}
Test-Idiom 'HTML report' {
    $head = '<style>td { border: 1px solid }</style>'
    Get-UMDialPlan | Select-Object Name, NumberOfDigitsInExtension | ConvertTo-Html -Head $head -Title Plans | Set-Content ./plans.html
    (Get-Content -Raw ./plans.html) -match '<style>td'
}
Test-Idiom 'JSON settings' { ('{"pool":"p1"}' | ConvertFrom-Json).pool -eq 'p1' }
Test-Idiom 'XML settings' { ([xml]'<s><pool name="p1"/></s>').s.pool.name -eq 'p1' }
Test-Idiom 'INI settings' { ("pool=p1`ndomain=contoso.com" | ConvertFrom-StringData).domain -eq 'contoso.com' }
Test-Idiom 'sizes' { '{0:N1} MB' -f (5GB / 1MB) -eq '5,120.0 MB' }
Test-Idiom 'switch over a file' {
    Set-Content ./l.log 'INFO a', 'ERROR b', 'ERROR c'
    $n = 0; switch -Regex -File ./l.log { '^ERROR' { $n++ } }; $n -eq 2
}
Test-Idiom 'mail report without a server' {
    try { Send-MailMessage -To a@contoso.com -From b@contoso.com -Subject s -Body b -SmtpServer 127.0.0.1 -Port 1 -WarningAction SilentlyContinue; $false }
    catch { $_.FullyQualifiedErrorId -like 'SmtpException*' }
}
Test-Idiom 'splatting' { $how = @{ Property = 'Length'; Maximum = $true }; ('a', 'bbb' | Measure-Object @how).Maximum -eq 3 }

# Asking the computer and the directory
Test-Idiom 'computer by WMI' { [bool](Get-WmiObject Win32_ComputerSystem).Name }
Test-Idiom 'system by CIM' { [bool](Get-CimInstance -ClassName Win32_OperatingSystem).Caption }
Test-Idiom 'services' { @(Get-Service MSExchangeUM*).Count -gt 0 }
Test-Idiom 'event log' { $null -eq (Get-EventLog -LogName Application -Newest 5 -ErrorAction SilentlyContinue | Where-Object EntryType -eq Error) }
Test-Idiom 'directory users' { $admin.SamAccountName.Length -gt 0 }
Test-Idiom 'names resolved' { [bool](Resolve-DnsName $pool -ErrorAction SilentlyContinue) }
Test-Idiom 'loop with progress' { foreach ($i in 1..3) { Write-Progress -Activity a -PercentComplete ($i * 30) }; Write-Progress -Activity a -Completed; $true }
Test-Idiom 'retry' {
    $tries = 0
    do { $tries++; try { if ($tries -lt 3) { throw 'not yet' }; $done = $true } catch { $done = $false } } until ($done -or $tries -ge 5)
    $tries -eq 3
}
Test-Idiom 'aliases of Windows' { (3, 1, 2 | sort)[0] -eq 1 -and (cat ./l.log).Count -eq 3 }
Test-Idiom 'background job' { $job = Start-Job { 6 * 7 }; (Wait-Job $job | Receive-Job) -eq 42 }

# Sessions
$secure = ConvertTo-SecureString 'P@ssw0rd1' -AsPlainText -Force
Test-Idiom 'session option' { (New-PSSessionOption -SkipCACheck -SkipCNCheck).SkipCNCheck }
Test-Idiom 'Exchange session' {
    $session = New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri "http://$exchange/PowerShell/" -Authentication Kerberos
    $plans = Invoke-Command -Session $session -ScriptBlock { Get-UMDialPlan }
    Remove-PSSession $session
    @($plans).Count -eq @(Get-UMDialPlan).Count
}
Test-Idiom 'imported session' {
    $session = New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri "http://$exchange/PowerShell/" -Authentication Kerberos
    $module = Import-PSSession $session -CommandName Get-UMDialPlan -AllowClobber
    $ok = [bool](Get-Command Get-UMDialPlan) -and $null -ne $module
    Remove-PSSession $session
    $ok
}
Test-Idiom 'Skype session' {
    $session = New-PSSession -ConnectionUri "https://$pool/OcsPowershell" -SessionOption (New-PSSessionOption -SkipCACheck)
    $version = Invoke-Command -Session $session { @(Get-CsPool).Count }
    Remove-PSSession $session
    $version -gt 0
}
Test-Idiom 'deserialized objects' {
    $session = New-PSSession -ComputerName $exchange
    $server = @(Invoke-Command -Session $session { Get-ExchangeServer })[0]
    Remove-PSSession $session
    $server.PSObject.TypeNames[0] -like 'Deserialized.*' -and $server.PSComputerName -and $server.RunspaceId
}
Test-Idiom 'sessions are closed' { Get-PSSession | Remove-PSSession; @(Get-PSSession).Count -eq 0 }

"passed $script:passed"

# dialtone as the client of a server over WS-Man: distant_session.ps1 HOST REDIRECT, where REDIRECT is an address that sends its callers on
# to https://HOST/wsman. Prints "ok" or "DIFFERS" for each check.
param($At, $Redirect)
$PSStyle.OutputRendering = 'PlainText'
function Check($Name, $Got, $Wanted) {
    $Got, $Wanted = ($Got -join ' '), ($Wanted -join ' ')
    if ($Got -ceq $Wanted) { "ok $Name" } else { "DIFFERS $Name`: '$Got', not '$Wanted'" }
}
$right = [pscredential]::new('Ana', (ConvertTo-SecureString Secret1! -AsPlainText -Force))
$wrong = [pscredential]::new('Ana', (ConvertTo-SecureString wrong -AsPlainText -Force))
$option = New-PSSessionOption -SkipCACheck -SkipCNCheck
$tls = @{ ComputerName = $At; UseSSL = $true; Credential = $right; SessionOption = $option }

$ways = [ordered]@{
    'Basic under TLS' = $tls + @{ Port = 443; Authentication = 'Basic' }
    'Negotiate under TLS' = $tls + @{ Authentication = 'Negotiate' }
    'Negotiate, sealed' = @{ ComputerName = $At; Credential = $right }
    'an address' = @{ ConnectionUri = "https://$At/wsman"; Credential = $right; Authentication = 'Basic'; SessionOption = $option }
}
foreach ($way in $ways.Keys) {
    $how = $ways[$way]
    $s = New-PSSession @how
    Check "$way, opened" $s.State, $s.Transport, $s.ComputerName Opened, WSMan, $At
    $got = Invoke-Command -Session $s { $PSSenderInfo.UserInfo; 1 + 1; Write-Warning careful; Write-Error wrong -ErrorId MyId } -WarningVariable w -WarningAction SilentlyContinue -ErrorVariable e -ErrorAction SilentlyContinue
    Check "$way, streams" ($got + $e.FullyQualifiedErrorId) Ana, 2, MyId
    Check "$way, input" (1..3 | Invoke-Command -Session $s { process { $_ * 2 } }) 2, 4, 6
    $long = 'y' * 100000
    Check "$way, long" (Invoke-Command -Session $s { $using:long + 'z' * 1MB }).Length 1148576
    Remove-PSSession $s
}

$s = New-PSSession -ConnectionUri "https://$At/PowerShell" -ConfigurationName Microsoft.Exchange -Credential $right -Authentication Basic -SessionOption $option
$null = Import-PSSession $s -CommandName Get-UM* -Prefix Far
Check 'imported' (Get-FarUMDialPlan).Name RedmondDialPlan
Remove-PSSession $s
Check 'at once' (Invoke-Command @tls { "here $(2 * 21)" }) 'here 42'

$refusals = [ordered]@{
    'wrong password' = 'AccessDenied', ($tls + @{}), @{ Credential = $wrong }
    'wrong password, sealed' = 'AccessDenied', @{ ComputerName = $At }, @{ Credential = $wrong }
    'wrong password, Basic' = 'AccessDenied', ($tls + @{ Authentication = 'Basic' }), @{ Credential = $wrong }
    'Basic without TLS' = '-2144108322', @{ ComputerName = $At; Authentication = 'Basic' }, @{ Credential = $right }
    'authority' = '12175', @{ ComputerName = $At; UseSSL = $true }, @{ Credential = $right }
    'name' = '12175', @{ ComputerName = $At; UseSSL = $true; SessionOption = (New-PSSessionOption -SkipCACheck) }, @{ Credential = $right }
    'no such computer' = 'ComputerNotFound', @{ ComputerName = 'nosuch.invalid' }, @{ Credential = $right }
    'nobody there' = 'CannotConnect', @{ ComputerName = $At; Port = 9 }, @{ Credential = $right }
}
foreach ($refusal in $refusals.Keys) {
    $id, $how, $who = $refusals[$refusal]
    foreach ($key in $who.Keys) { $how[$key] = $who[$key] }
    $null = New-PSSession @how -ErrorVariable e -ErrorAction SilentlyContinue
    Check $refusal $e[0].FullyQualifiedErrorId, $e[0].CategoryInfo.Category "$id,PSSessionOpenFailed", OpenError
}

# Sessions that live on.
$s = New-PSSession @tls -Name Kept
Invoke-Command -Session $s { $kept = 7 }
Check 'disconnected' (Disconnect-PSSession $s).State Disconnected
Check 'and back' (Invoke-Command -Session (Connect-PSSession $s) { $kept }) 7
$null = Disconnect-PSSession $s
$found = Get-PSSession @tls -Name Kept
Check 'listed' $found.Name, $found.State, $found.InstanceId Kept, Disconnected, $s.InstanceId
$taken = Connect-PSSession $found
Check 'taken over' (Invoke-Command -Session $taken { $kept + 1 }) 8
Remove-PSSession $taken
Check 'gone' @(Get-PSSession @tls -Name Kept).Count 0
$left = Invoke-Command @tls -InDisconnectedSession -SessionName Later { 1..3; Start-Sleep -Milliseconds 200; 4 }
Check 'left' $left.State, $left.Name Disconnected, Later
Check 'received' (Receive-PSSession $left) 1, 2, 3, 4
Remove-PSSession $left
$null = Invoke-Command @tls -InDisconnectedSession -SessionName Others { 5; Start-Sleep -Milliseconds 200; 6 }
$found = Get-PSSession @tls -Name Others
Check 'received by another' (Receive-PSSession $found) 5, 6
Get-PSSession | Remove-PSSession
Check 'all gone' @(Get-PSSession @tls).Count 0

# A server that sends its callers on.
$how = @{ ConnectionUri = $Redirect; Credential = $right; SessionOption = $option; WarningVariable = 'w'; WarningAction = 'SilentlyContinue' }
$null = New-PSSession @how -ErrorVariable e -ErrorAction SilentlyContinue
Check 'redirect' $e[0].FullyQualifiedErrorId, $w.Count '-2144108135,PSSessionOpenFailed', 0
Check 'redirected' (Invoke-Command @how -AllowRedirection { 'there' }) there
Check 'and told' $w "Your connection has been redirected to the following URI: `"https://$At/wsman`""

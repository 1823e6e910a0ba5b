<#
.SYNOPSIS
    Verifies what runbooks/server-to-server.ps1 set up.
#>
[CmdletBinding()]
param()

$test = Join-Path $PSScriptRoot 'Test-Step.ps1'
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$results = @(
    & $test 1 'One OAuth certificate with the SIP domain in its subject' {
        $certificate = @(Get-CsCertificate -Type OAuthTokenIssuer)
        $certificate.Count -eq 1 -and $certificate[0].Subject -match [regex]::Escape($domain)
    }
    & $test 3 'Every client access server has the Autodiscover address' {
        @(Get-ClientAccessServer | Where-Object { "$($_.AutoDiscoverServiceInternalUri)" -ne "https://autodiscover.$domain/autodiscover/autodiscover.xml" }).Count -eq 0
    }
    & $test 3 'Assigning the same address again warns that nothing was changed' {
        Get-ClientAccessServer | Select-Object -First 1 | Set-ClientAccessServer -AutoDiscoverServiceInternalUri "https://autodiscover.$domain/autodiscover/autodiscover.xml" -WarningVariable told -WarningAction SilentlyContinue
        "$told" -match 'no settings of .* have been modified'
    }
    & $test 4 'Skype for Business knows the Autodiscover service' { (Get-CsOAuthConfiguration).ExchangeAutodiscoverUrl -eq "https://autodiscover.$domain/autodiscover/autodiscover.svc" }
    & $test 4 'An address that is none is refused' {
        Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl 'not an address' -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.Count -gt 0
    }
    & $test 5 'The name resolves to an Exchange server' { (Resolve-DnsName -Name "autodiscover.$domain" | ForEach-Object { "$($_.NameHost)" }) -contains @(Get-ExchangeServer)[0].Fqdn }
    & $test 6 'Each product is a partner of the other' {
        (Get-CsOAuthConfiguration).PartnerApplications -contains 'Exchange' -and (Get-CsPartnerApplication -Identity Exchange).Enabled -and (Get-PartnerApplication -Identity 'Skype for Business').AuthMetadataUrl
    }
)
$results
if ($failed = @($results | Where-Object { -not $_.Passed })) {
    throw "$($failed.Count) of $($results.Count) checks failed: $(($failed | ForEach-Object { "$($_.Step) $($_.Check) $($_.Detail)" }) -join '; ')"
}

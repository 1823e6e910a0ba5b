$null = & "$exscripts/runbooks/um-deployment.ps1"
$null = & "$exscripts/runbooks/server-to-server.ps1"
Set-PartnerApplication -Identity 'Skype for Business' -AuthMetadataUrl https://oldpool.contoso.com/metadata/json/1
Set-CsPartnerApplication -Identity Exchange -Enabled $false -ApplicationTrustLevel User
Remove-CsCertificate -Identity Global -Type OAuthTokenIssuer -Confirm:$false
Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl https://autodiscover.contoso.com/autodiscover/autodiscover.xml
Remove-DnsServerResourceRecord -ZoneName contoso.com -Name autodiscover -RRType CNAME -Force -Confirm:$false

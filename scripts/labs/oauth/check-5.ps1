Check 'Skype for Business knows the web service' { "$((Get-CsOAuthConfiguration).ExchangeAutodiscoverUrl)" -eq 'https://autodiscover.contoso.com/autodiscover/autodiscover.svc' }
Check 'The name leads to ex01' { (Resolve-DnsName autodiscover.contoso.com | ForEach-Object { "$($_.NameHost)" }) -contains 'ex01.contoso.com' }

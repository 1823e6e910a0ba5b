Check 'Skype for Business knows the web service' {
    "$((Get-CsOAuthConfiguration).ExchangeAutodiscoverUrl)" -eq 'https://autodiscover.contoso.com/autodiscover/autodiscover.svc'
}

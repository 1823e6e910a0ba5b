Check 'autodiscover.contoso.com leads to ex01' {
    (Resolve-DnsName -Name autodiscover.contoso.com | ForEach-Object { "$($_.NameHost)" }) -contains 'ex01.contoso.com'
}

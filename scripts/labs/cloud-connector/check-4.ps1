Check 'ap2.contoso.com has its address' { (Resolve-DnsName ap2.contoso.com -Type A).IPAddress -contains '192.0.2.20' }

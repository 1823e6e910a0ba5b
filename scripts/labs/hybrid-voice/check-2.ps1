Check 'ap.contoso.com has its address' { (Resolve-DnsName ap.contoso.com -Type A).IPAddress -contains '192.0.2.10' }
foreach ($name in '_sipfederationtls._tcp', '_sip._tls') {
    Check "$name leads to the access Edge" { @(Resolve-DnsName "$name.contoso.com" -Type SRV)[0].NameTarget -eq 'ap.contoso.com' }
}

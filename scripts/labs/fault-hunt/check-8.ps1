Check 'Jonas has his number' { (Get-CsUser sip:jonas@contoso.com).LineURI -eq 'tel:+14255551004' }

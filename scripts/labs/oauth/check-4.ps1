Check 'A certificate signs tokens' { (Get-CsCertificate -Type OAuthTokenIssuer).Subject -match 'contoso\.com' }

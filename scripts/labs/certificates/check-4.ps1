Check 'A certificate signs tokens' { Get-CsCertificate -Type OAuthTokenIssuer }

Check 'Exchange reads the keys from the pool' { "$((Get-PartnerApplication 'Skype for Business').AuthMetadataUrl)" -eq 'https://pool01.contoso.com/metadata/json/1' }

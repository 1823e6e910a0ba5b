Check 'Exchange is a partner of Skype for Business with full trust' {
    $partner = Get-CsPartnerApplication -Identity Exchange
    $partner.Enabled -and $partner.ApplicationTrustLevel -eq 'Full'
}
Check 'Skype for Business is a partner of Exchange' {
    "$((Get-PartnerApplication -Identity 'Skype for Business').AuthMetadataUrl)" -eq 'https://pool01.contoso.com/metadata/json/1'
}

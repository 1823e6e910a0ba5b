$null = New-DialtoneOrganization -Template TwoSites

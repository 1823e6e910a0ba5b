$null = New-DialtoneOrganization -Template SmallOffice

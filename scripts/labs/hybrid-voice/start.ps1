$null = New-DialtoneOrganization -Template CloudConnector

$null = & "$exscripts/runbooks/um-deployment.ps1"

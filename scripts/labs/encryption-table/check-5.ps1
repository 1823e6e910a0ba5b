Check 'The UM service listens on TCP and TLS' { (Get-UMService ex01).UMStartupMode -eq 'Dual' }
Check 'The call router listens on TCP and TLS' { (Get-UMCallRouterSettings -Server ex01).UMStartupMode -eq 'Dual' }

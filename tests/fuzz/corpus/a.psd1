@{
    RootModule = 'a.psm1'; ModuleVersion = '1.2.3'; GUID = '11112222-3333-4444-5555-666677778888'
    FunctionsToExport = @('Get-A', "Set-$('A')"); PrivateData = @{ PSData = @{ Tags = 'x', 'y' } }
    RequiredModules = @{ ModuleName = 'b'; ModuleVersion = '1.0' }; Numbers = 1, 0x2, 3kb, -4.5; Flag = $true; Here = @'
text
'@
}

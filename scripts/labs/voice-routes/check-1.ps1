Check 'The usages exist' { $all = (Get-CsPstnUsage).Usage; $all -contains 'Redmond' -and $all -contains 'Dublin' }

Check 'The UM service serves the plan' { (Get-UMService ex01).DialPlans.Name -contains 'RedmondDialPlan' }

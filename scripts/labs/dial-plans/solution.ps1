# Task 1: extensions
New-CsVoiceNormalizationRule -Parent Redmond -Name Extensions -Pattern '^(1\d{3})$' -Translation '+1425555$1'

# Task 2: local calls
New-CsVoiceNormalizationRule -Parent Redmond -Name Local -Pattern '^9(\d{7})$' -Translation '+1425$1'

# Task 3: long distance
New-CsVoiceNormalizationRule -Parent Redmond -Name LongDistance -Pattern '^9(1\d{10})$' -Translation '+$1'

# Task 4: abroad
New-CsVoiceNormalizationRule -Parent Redmond -Name Abroad -Pattern '^9011(\d+)$' -Translation '+$1'

# Task 5: emergency
New-CsVoiceNormalizationRule -Parent Redmond -Name Emergency -Pattern '^9?911$' -Translation '+911' -Priority 0

# Task 6: Kim
Grant-CsDialPlan -Identity sip:kim@contoso.com -PolicyName Redmond

Check 'Media must be encrypted' { (Get-CsMediaConfiguration -Identity Global).EncryptionLevel -eq 'RequireEncryption' }

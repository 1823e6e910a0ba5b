Check "The root certificate is in root.cer" { (Get-Item "$exscripts/root.cer").Length -gt 0 }

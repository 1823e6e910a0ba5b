#requires -Version 99
'x'

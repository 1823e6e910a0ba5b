#requires -Modules NoSuchMod
'x'

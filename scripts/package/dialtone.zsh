#compdef dialtone
_arguments \
    '(-c -Command)'{-c,-Command}'[run a text]:text:' \
    '(-f -File)'{-f,-File}'[run a script]:script:_files -g "*.ps1"' \
    '-NoExit[go on with a prompt]' '-NoLogo[no banner]' '-NoProfile[no profiles]' '-NonInteractive[no questions]' \
    '-WorkingDirectory[begin in a folder]:folder:_directories' \
    '-OutputFormat[form of the output]:form:(Text XML)' '-InputFormat[form of the input]:form:(Text XML)' \
    '--service[run the telephony service]' '--home[folder of the organization]:folder:_directories' \
    '--check-store[examine the store]' '--restore-store[put a backup in its place]:file:_files' '--man[print the manual page]' '--version[print the version]' '-Help[print the usage]' \
    '--completions[print completions]:shell:(bash zsh fish)' \
    '*:script:_files'

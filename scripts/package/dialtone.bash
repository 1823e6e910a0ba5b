# bash completion for dialtone
_dialtone() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    case $before in
        -File|-f|-ConfigurationFile|-SettingsFile) COMPREPLY=($(compgen -f -- "$word")); return ;;
        -WorkingDirectory|--home) COMPREPLY=($(compgen -d -- "$word")); return ;;
        -InputFormat|-OutputFormat) COMPREPLY=($(compgen -W 'Text XML' -- "$word")); return ;;
        --completions) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")); return ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W '-Command -CommandWithArgs -ConfigurationFile -EncodedCommand -ExecutionPolicy -File -Help -InputFormat
            -Interactive -Login -NoExit -NoLogo -NonInteractive -NoProfile -OutputFormat -SettingsFile -Version -WorkingDirectory
            --service --home --check-store --restore-store --man --completions --version' -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _dialtone dialtone

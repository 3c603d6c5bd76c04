/**
 * Completion scripts. They hand the words to `gigq complete` and show what it answers: first a mode (`values`,
 * `files`, `dirs`, `programs`), then a value and its meaning a line, with a tab between.
 */

/**
 * Bash splits words at `=`, `:` and `@`, too. The line tells which of them stand together; what bash keeps of the
 * word under the cursor is cut off the answer.
 */
const BASH = `# bash completion for gigq; use it with: source <(gigq completions bash)
_gigq() {
  local -a words=() answer=()
  local index word rest cur kept value line=\${COMP_LINE:0:COMP_POINT}
  for ((index = 0; index <= COMP_CWORD; index++)); do
    rest=\${line#"\${line%%[![:space:]]*}"}
    word=\${COMP_WORDS[index]}
    ((index == COMP_CWORD)) && word=$rest
    if ((index == 0)) || [[ $rest != "$line" ]]; then
      words+=("$word")
    else
      words[\${#words[@]}-1]+=$word
    fi
    line=\${rest#"$word"}
  done
  kept=$word
  cur=\${words[\${#words[@]}-1]}
  [[ $kept == [=:@] && $cur != "$kept" ]] && kept=""
  COMPREPLY=()
  while IFS= read -r line; do answer+=("$line"); done < <(gigq complete -- "\${words[@]:1}" 2>/dev/null)
  case \${answer[0]} in
    values)
      for line in "\${answer[@]:1}"; do
        value=\${line%%$'\\t'*}
        [[ $value == "$cur"* ]] || continue
        value=\${value:\${#cur}-\${#kept}}
        [[ $value == *[^[:alnum:],._:@=/%+-]* ]] && value=$(printf '%q' "$value")
        COMPREPLY+=("$value")
      done
      ;;
    files) compopt -o filenames; _gigq_reply -f "$kept" ;;
    dirs) compopt -o filenames; _gigq_reply -d "$kept" ;;
    programs) _gigq_reply -c "$kept" ;;
  esac
}
_gigq_reply() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$1" -- "$2")
}
complete -F _gigq gigq
`;

const ZSH = `#compdef gigq
# zsh completion for gigq; write it to a file _gigq in a folder of $fpath
_gigq() {
  local -a answer values
  local line value help
  answer=("\${(@f)$(gigq complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    files) compset -P '*='; _files ;;
    dirs) compset -P '*='; _files -/ ;;
    programs) _command_names -e ;;
    values)
      for line in "\${(@)answer[2,-1]}"; do
        value=\${line%%$'\\t'*}
        help=\${line#*$'\\t'}
        values+=("\${value//:/\\\\:}\${help:+:$help}")
      done
      _describe -V gigq values
      ;;
  esac
}
if [ "$funcstack[1]" = "_gigq" ]; then _gigq "$@"; else compdef _gigq gigq; fi
`;

const FISH = `# fish completion for gigq; write it to ~/.config/fish/completions/gigq.fish
function __gigq_complete
  set -l current (commandline -ct)
  set -l words (commandline -opc) "$current"
  set -l answer (gigq complete -- $words[2..-1] 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path "$current"
    case dirs
      __fish_complete_directories "$current"
    case programs
      complete -C "$current"
    case values
      printf '%s\\n' $answer[2..-1]
  end
end
complete -c gigq -f -a '(__gigq_complete)'
`;

/** By the name of the shell. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

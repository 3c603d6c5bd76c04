/**
 * Completion scripts. They hand the words to `gigq complete` and show what it answers: first a mode (`values`,
 * `files`, `dirs`, `programs`), then a value and its meaning a line, with a tab between.
 */

/** Bash splits words at `=`, `:` and `@`; they are joined again, and the part that bash keeps is cut off the answer. */
const BASH = `# bash completion for gigq; use it with: source <(gigq completions bash)
_gigq() {
  local -a words=() answer=()
  local index word joined="" cur kept line
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ \${#words[@]} -gt 0 && ( $word == [=:@]* || $joined == yes ) && $word != -* ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    joined=""
    [[ $word == [=:@] ]] && joined=yes
    # A blank between two words means that they were not one.
    if ((index < COMP_CWORD)) && [[ \${COMP_WORDS[index+1]} == "" ]]; then joined=""; fi
  done
  cur=\${words[\${#words[@]}-1]}
  kept=\${COMP_WORDS[COMP_CWORD]}
  [[ $kept == [=:@] && $cur != "$kept" ]] && kept=""
  COMPREPLY=()
  while IFS= read -r line; do answer+=("$line"); done < <(gigq complete -- "\${words[@]}" 2>/dev/null)
  case \${answer[0]} in
    files) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$kept") ;;
    dirs) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$kept") ;;
    programs) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -c -- "$kept") ;;
    values)
      for line in "\${answer[@]:1}"; do
        line=\${line%%$'\\t'*}
        if [[ $line == "$cur"* ]]; then
          line=\${line:\${#cur}-\${#kept}}
          COMPREPLY+=("$(printf '%q' "$line")")
        fi
      done
      ;;
  esac
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

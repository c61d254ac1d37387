import { Argument, type Command } from 'commander';
import type { CommandIo } from '../../terminal/terminal.js';

const EPILOGUE = `
Completes commands, options, targets of .nestjs-thrift.yaml, and services and methods of the IDL.

Examples:
  echo 'source <(nestjs-thrift completion bash)' >> ~/.bashrc
  echo 'source <(nestjs-thrift completion zsh)' >> ~/.zshrc
  nestjs-thrift completion fish > ~/.config/fish/completions/nestjs-thrift.fish
  nestjs-thrift completion powershell >> $PROFILE`;

/** Each asks `nestjs-thrift complete` with the words up to the cursor; it prints one candidate a line. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_nestjs_thrift() {
  local IFS=$'\\n'
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(compgen -W "$(nestjs-thrift complete -- "\${words[@]}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nestjs_thrift nestjs-thrift
`,
  zsh: `#compdef nestjs-thrift
_nestjs_thrift() {
  local -a candidates
  candidates=("\${(@f)$(nestjs-thrift complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then
    compadd -a candidates
  else
    _files
  fi
}
compdef _nestjs_thrift nestjs-thrift
`,
  fish: `function __nestjs_thrift_complete
  set -l words (commandline -opc)
  nestjs-thrift complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c nestjs-thrift -a '(__nestjs_thrift_complete)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName nestjs-thrift -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  nestjs-thrift complete -- @words 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
};

/** Declares `completion`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EPILOGUE)
    .action((shell: string) => void io.stdout.write(SCRIPTS[shell]!));
}

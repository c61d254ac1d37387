// What the Go program of streams prints, in a form that does not depend on time, on texts that are free, or on the language.

/** Codes whose text says what a server sent. */
const SENT_BY_SERVERS = ['12001', '12009'];

/** What a client saw, line by line. */
export function clientLines(transcript: string): string[] {
  const lines = transcript
    .split('\n')
    .map((line) => /^(?:\+\d+ms )?C (?<text>.*)$/.exec(line)?.groups?.['text'] ?? '')
    .map(clientLine)
    .filter((line) => line !== undefined);
  // A Go client may lose a message that comes right before a business status.
  const kept = lines.filter(
    (line, index) => !line.includes('Res{') || !lines[index + 1]?.startsWith('Recv -> biz'),
  );
  // How often a time limit is reported depends on the machine, too.
  return kept.filter((line, index) => line !== kept[index - 1]);
}

const RECEIVED = /^(?<what>Recv|CloseAndRecv|Send.*|racing Send.*|CloseSend.*) -> (?<result>.*)$/;
const METADATA = /^(?<what>Header|Trailer)(?:\(\) -> | )\{(?<values>.*?)\}(?: err=.*)?$/;

function clientLine(text: string): string | undefined {
  const metadata = METADATA.exec(text)?.groups;
  if (metadata !== undefined) {
    const values = metadata['values']!.replaceAll('\\u003c', '<').replaceAll('\\u0026', '&');
    return `${metadata['what']} {${values}}`;
  }
  const { what = '', result = '' } = RECEIVED.exec(text)?.groups ?? {};
  if (what.startsWith('Send right after cancel')) {
    // Kitex takes the message and drops it.
    return undefined;
  }
  if (result.includes('text:"tick"')) {
    // How many of them come before a time limit depends on the machine.
    return undefined;
  }
  if (what !== '') {
    return `${what} -> ${outcome(result)}`;
  }
  const unary = /^(?<method>Uni|UniX|Ping) -> (?<result>.*)$/.exec(text)?.groups;
  if (unary !== undefined) {
    const oops = /Oops\(\{Why:(.*) Code:(.*)\}\)/.exec(unary['result']!);
    const shown =
      oops === null ? unary['result']!.replace(' <nil>', '') : `Oops ${oops[1]} ${oops[2]}`;
    return `${unary['method']} -> ${shown}`;
  }
  return /messages: EOF$|served, 0 refused/.test(text) ? text : undefined;
}

function outcome(result: string): string {
  if (result === '<nil>') {
    return 'ok';
  }
  const exception = /\[ttstream error, code=(\d+)\] (?:\[[a-z-]+ stream\] )?(.*)$/.exec(result);
  if (exception !== null) {
    const [, code = '', text = ''] = exception;
    return SENT_BY_SERVERS.includes(code) ? `${code} ${text}` : code;
  }
  const status = /biz error: code=(-?\d+), msg=(.*)$/.exec(result);
  if (status !== null) {
    return `biz ${status[1]} ${status[2]}`.trimEnd();
  }
  return /^(Res\{text:""\} |\*errors\.errorString )?EOF$/.test(result)
    ? 'EOF'
    : result.replace(/ <nil>$/, '');
}

/** What the handlers of a Go server saw, in the order of the text: streams may run side by side. */
export function handlerLines(transcript: string, server = 'S'): string[] {
  const prefix = new RegExp(`^\\+\\d+ms ${server} (?<text>.*)$`);
  return transcript
    .split('\n')
    .map((line) => prefix.exec(line)?.groups?.['text'] ?? '')
    .filter((text) => /^(handler (start|return)|Recv EOF|SetHeader|SendHeader)/.test(text))
    .map((text) =>
      text
        .replace(/(code=\d+\] \[server-side stream\] (?:\[canceled path: [^\]]*\])?).*$/, '$1')
        // Whether reading or writing finds it out is a matter of time.
        .replace(/\[ttstream error, code=(12006|12013)\].*$/, 'the connection is closed'),
    )
    .sort();
}

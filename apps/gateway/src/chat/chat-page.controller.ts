import { Controller, Get, Header } from '@nestjs/common';

/** The page reads the route of `ChatService.Ask`, which the gateway generates, as server-sent events. */
const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Chat</title>
  <form>
    <input name="question" aria-label="Question" required>
    <button>Ask</button>
  </form>
  <output></output>
  <script>
    const output = document.querySelector('output');
    const { elements } = document.forms[0];
    let answer;

    function ask(question) {
      answer?.close();
      output.textContent = '';
      answer = new EventSource('/chat/ask?question=' + encodeURIComponent(question));
      answer.onmessage = ({ data }) => {
        output.textContent += JSON.parse(data).text;
      };
      // Without it the browser asks again when the answer has ended.
      answer.addEventListener('end', () => answer.close());
      answer.addEventListener('error', () => answer.close());
    }

    // The browser ends the connections of a closed page by itself, but up to half a second later.
    addEventListener('pagehide', () => answer?.close());
    document.forms[0].addEventListener('submit', (event) => {
      event.preventDefault();
      ask(elements.question.value);
    });
  </script>
</html>
`;

@Controller('chat')
export class ChatPageController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return PAGE;
  }
}

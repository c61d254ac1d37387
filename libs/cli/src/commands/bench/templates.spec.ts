import { compileTemplate } from './templates.js';

describe('templates', () => {
  it('make a number of a string that is only a numeric template', () => {
    const template = compileTemplate({
      id: '{{sequence}}',
      names: ['user {{ sequence }}!', 1, null],
    });
    expect(template(7)).toEqual({ id: 7, names: ['user 7!', 1, null] });
  });

  it('draw random numbers from both bounds and between', () => {
    const template = compileTemplate('{{random -1 1}}');
    const drawn = new Set(Array.from({ length: 500 }, () => template(1)));
    expect(drawn).toEqual(new Set([-1, 0, 1]));
  });

  it('make a new uuid for each call', () => {
    const template = compileTemplate('{{uuid}}');
    expect(template(1)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(template(1)).not.toBe(template(1));
  });

  it.each([
    ['{{nothing}}', '{{nothing}} is not a template: there are {{sequence}}'],
    ['a {{random 1}}', '{{random 1}} is not a template'],
    ['{{random 5 1}}', '{{random 5 1}} needs two integers, the lower one first'],
  ])('refuse %s', (text, message) => {
    expect(() => compileTemplate([text])).toThrow(message);
  });
});

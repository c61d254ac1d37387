// A plugin of TypeDoc: modules have the names by which users import them, instead of those of their folders.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.children ?? []) {
      entry.name = entry.name.replace(/^(\w+)\/src(?=\/|$)/, '@nestjs-thrift/$1');
    }
  });
}

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { facts } from '../../scripts/project-facts.mjs';
import { githubSlug } from './github-slug.mjs';
import { repositoryLinks } from './repository-links.mjs';
import { chineseSidebarOf, sidebarOf } from './sidebar.mjs';
import thrift from './thrift.tmLanguage.json' with { type: 'json' };

const docs = path.resolve(import.meta.dirname, '..');

export default defineConfig({
  title: 'nestjs-thrift',
  description: 'Thrift microservices for NestJS, compatible with CloudWeGo Kitex and Apache Thrift',
  base: new URL(facts.site).pathname,
  cleanUrls: true,
  ignoreDeadLinks: false,
  markdown: {
    languages: [thrift],
    anchor: { slugify: githubSlug },
    config: (md) => {
      repositoryLinks(md, docs, facts.repository);
      // Inline code such as {{sequence}} must not be evaluated by Vue.
      const render = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (...args) => render(...args).replace('<code', '<code v-pre');
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: facts.repository }],
    outline: { level: [2, 3] },
    nav: [
      { text: 'Quick start', link: '/start/quick-start' },
      { text: 'Guides', link: '/guides/nest' },
      { text: 'Reference', link: '/reference/options' },
      // Pages of TypeDoc, which the router of the site does not know.
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar: sidebarOf(docs),
  },
  locales: {
    root: { label: 'English', lang: 'en' },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/start/quick-start',
      themeConfig: {
        nav: [
          { text: '快速开始', link: '/zh/start/quick-start' },
          { text: '英文文档', link: '/' },
        ],
        sidebar: chineseSidebarOf(docs),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        sidebarMenuLabel: '菜单',
        returnToTopLabel: '返回顶部',
      },
    },
  },
  /** Markdown next to each page, and llms.txt that lists them. */
  buildEnd({ outDir, pages }) {
    const lines = pages.map((page) => {
      const target = path.join(outDir, page);
      mkdirSync(path.dirname(target), { recursive: true });
      copyFileSync(path.join(docs, page), target);
      const title = /^# (.*)$/m.exec(readFileSync(path.join(docs, page), 'utf8'))?.[1] ?? page;
      return `- [${title}](${facts.site}${page})`;
    });
    writeFileSync(path.join(outDir, 'llms.txt'), `# nestjs-thrift\n\n${lines.join('\n')}\n`);
  },
});

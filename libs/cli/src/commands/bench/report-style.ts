/** The style sheet of the report: dark and light as the reader's system is, readable from 320 pixels up. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;--one:#0969da;--two:#bc4c00;--bad:#cf222e;--good:#1a7f37}
@media (prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--soft:#9198a1;--line:#30363d;--card:#161b22;--one:#58a6ff;--two:#f0883e;--bad:#ff7b72;--good:#3fb950}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}
.soft{color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
.figures dt{font-size:.8125rem;color:var(--soft)}
.figures dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
.bad{color:var(--bad)}.good{color:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
td:last-child{min-width:6.5rem;overflow-wrap:anywhere}
th{font-weight:500;color:var(--soft)}
pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font-size:.875rem}
svg{display:block;width:100%;min-width:28rem;height:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
svg .grid{stroke:var(--line)}
rect.series-1,circle.series-1{fill:var(--one)}circle.series-2{fill:var(--two)}circle.failure{fill:var(--bad)}
polyline{fill:none;stroke-width:2;stroke-linejoin:round}
polyline.series-1,line.series-1{stroke:var(--one)}polyline.series-2,line.series-2{stroke:var(--two)}polyline.failure,line.failure{stroke:var(--bad)}
line.series-1,line.series-2,line.failure{stroke-width:3}
`.trim();

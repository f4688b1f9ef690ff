/** Of the docs page: legible by day and by night, on a phone and on paper. */
export const DOCS_STYLE = `:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { margin: 0.5rem 0 0; } h1 small, summary span, td small { font-weight: normal; opacity: 0.7; }
h2 { margin: 2rem 0 0.5rem; } h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
nav a { margin-right: 1rem; } a { color: light-dark(#0b57d0, #8ab4f8); }
code, pre { font: 0.9em/1.4 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 0.4rem 0; padding: 0 0.8rem; }
details[open] { padding-bottom: 0.8rem; }
summary { cursor: pointer; padding: 0.5rem 0; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; font: bold 0.8em ui-monospace, monospace; }
b.get { color: light-dark(#0b6b3a, #6dd58c); } b.post, b.put, b.patch { color: light-dark(#8a4b00, #ffb870); }
b.delete { color: light-dark(#a8071a, #ff8b8b); } b.options { opacity: 0.6; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; opacity: 0.7; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.6rem 0.25rem 0; vertical-align: top; overflow-wrap: anywhere; }
td.s4, td.s5 { color: light-dark(#a8071a, #ff8b8b); } td.s2, td.s3 { color: light-dark(#0b6b3a, #6dd58c); }
pre { background: var(--soft); border-radius: 6px; max-height: 24rem; overflow: auto; padding: 0.6rem; }
:target { outline: 2px solid light-dark(#0b57d0, #8ab4f8); }
@media print { details { break-inside: avoid; } nav { display: none; } }
`;

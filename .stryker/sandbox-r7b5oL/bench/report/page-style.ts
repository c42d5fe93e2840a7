/** How the page looks; readable on paper too. */
// @ts-nocheck

export const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1c2733; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-top: 1px solid #d5dbe1; padding-top: 1rem; font-size: 1.25rem; }
h3 { margin-bottom: 0.2rem; font-size: 1.05rem; } p { max-width: 62rem; margin-top: 0.3rem; }
.small, .note { color: #5a6875; font-size: 0.87rem; }
table { border-collapse: collapse; margin: 0.5rem 0; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.2rem 0.9rem 0.2rem 0; border-bottom: 1px solid #e6eaee; vertical-align: top; }
td + td { white-space: nowrap; }
.met { color: #1a7f37; font-weight: 600; } .missed { color: #b3261e; font-weight: 600; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; flex: 1 1 460px; min-width: 0; }
figcaption { font-weight: 600; font-size: 0.9rem; } summary { cursor: pointer; color: #5a6875; font-size: 0.87rem; }
details { overflow-x: auto; }
.quick { background: #fff3cd; border: 1px solid #e0c36a; padding: 0.4rem 1rem; } .quick strong { font-size: 2.6rem; line-height: 1; margin-right: 0.6rem; text-transform: uppercase; }
.picture h2 { border: 0; padding: 0; margin: 1.6rem 0 0; } .picture p { margin-bottom: 0.4rem; } p.reading { font-size: 0.9rem; margin: 0.1rem 0; }
.profile > summary { color: inherit; font-size: 1.05rem; font-weight: 600; padding: 0.35rem 0; }
`;

import type { Problem } from '../problem.ts'
import { CodeForm, CodeScript } from './code.tsx'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** What a visitor sees instead of a page: what is wrong, and where to go on. */
export function problemPage(visit: Visit, problem: Problem): Page {
  const { say, href } = visit
  return {
    title: String(problem.status),
    scripts: <CodeScript visit={visit} />,
    body: (
      <section class="stack narrow">
        <p class="eyebrow">{problem.status}</p>
        <h1>{say(problem.zh, problem.message)}</h1>
        <p><a href={href('/')}>{say('回到总览', 'Back to the overview')}</a></p>
        <CodeForm visit={visit} />
      </section>
    ),
  }
}

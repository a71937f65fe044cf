import { useDesk } from './desk.ts'
import { say } from './language.ts'
import { Choice } from './pieces.tsx'

/** The communities of the book, by their funds; a book without a fund begins with the first. */
function useCommunities(): readonly string[] {
  const { funds } = useDesk()
  const numbers = [...new Set(funds.map(({ community }) => community))].sort((one, other) => one - other)
  return (numbers.length === 0 ? [1] : numbers).map(String)
}

/** The one that is meant unless somebody chooses. */
export function useCommunity(): string {
  return useCommunities()[0] ?? '1'
}

/** Which community is meant. Not asked where there is only one. */
export function CommunityChoice({ value, onInput }: { value: string; onInput: (community: string) => void }) {
  const communities = useCommunities()
  if (communities.length === 1) return null
  const options = communities.map((number) => [number, { zh: `社区 ${number}`, en: `Community ${number}` }] as const)
  return <Choice label={say('社区', 'Community')} name="community" value={value} options={options} onInput={onInput} />
}

import { createServer, type Server } from 'node:http'
import { expect } from 'chai'
import { openRpcClient } from '../../chain/client.ts'
import { failureOf } from './book.ts'

describe('the RPC client', () => {
  let server: Server
  let answer: (calls: unknown) => string

  before((done) => {
    server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      response.end(answer(JSON.parse(text)))
    }).listen(18_530, '127.0.0.1', done)
  })

  after(() => server.close())

  const client = openRpcClient('http://127.0.0.1:18530')

  it('asks one question alone, several of one turn as a list', async () => {
    const heard: unknown[] = []
    answer = (calls) => {
      heard.push(Array.isArray(calls) ? calls.length : 'one')
      return JSON.stringify(Array.isArray(calls) ? calls.map(({ id }) => ({ id, result: id })) : { id: 0, result: 'x' })
    }

    await client.request('a')
    await Promise.all([client.request('a'), client.request('b'), client.request('c')])

    expect(heard).to.deep.equal(['one', 3])
  })

  it('finds each answer by its id, in whatever order they come', async () => {
    answer = (calls) => JSON.stringify(Object(calls).map(({ id, method }: { id: number; method: string }) =>
      ({ id, result: method })).reverse())

    expect(await Promise.all(['a', 'b', 'c'].map((method) => client.request(method)))).to.deep.equal(['a', 'b', 'c'])
  })

  it('gives a refusal with its code, its sentence and its data', async () => {
    answer = () => JSON.stringify({ id: 0, error: { code: 3, message: 'reverted', data: '0xdead' } })

    const error = await failureOf(client.request('a'))

    expect(error).to.include({ name: 'RpcError', code: 3, message: 'reverted', data: '0xdead' })
  })

  it('gives everybody the refusal of the whole list', async () => {
    answer = () => JSON.stringify({ id: null, error: { code: -32600, message: 'too many' } })

    const outcomes = await Promise.allSettled([client.request('a'), client.request('b')])

    for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.message', 'too many')
  })

  it('says when an answer is missing from a list', async () => {
    answer = () => JSON.stringify([{ id: 1, result: 'b' }])

    const [missing, there] = await Promise.allSettled([client.request('a'), client.request('b')])

    expect(missing)
      .to.have.nested.property('reason.message', 'the chain at http://127.0.0.1:18530 left a request unanswered')
    expect(there).to.include({ value: 'b' })
  })

  it('says when what answers is no chain', async () => {
    answer = () => '<html>'

    expect((await failureOf(client.request('a'))).message)
      .to.equal('what answers at http://127.0.0.1:18530 is no chain: "<html>"')
  })
})

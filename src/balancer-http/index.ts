/** The balancer for node:http: an Agent that sends each request to the pod that Skipper would have chosen. */
export { BalancedAgent } from './balanced-agent.ts';
export type { BalancedAgentOptions } from './balanced-agent.ts';

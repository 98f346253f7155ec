/** CoreDNS as the cluster's name service: the objects to apply. Names outside the cluster are not answered. */

const name = 'coredns';
const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };

// No `loop` plugin: it fails without `forward`, and there is nowhere to forward to.
const corefile = `.:53 {
    errors
    health {
        lameduck 0s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods disabled
        ttl 5
    }
    cache 5
    reload 3s
    loadbalance
}
`;

/** All objects, as one List for `kubectl apply`. */
export function coreDnsObjects(serviceIp: string, image: string): unknown {
  return { apiVersion: 'v1', kind: 'List', items: [...permissions(), ...service(serviceIp), deployment(image)] };
}

function permissions(): unknown[] {
  const rbac = 'rbac.authorization.k8s.io';
  const roleName = 'system:coredns';
  const verbs = ['list', 'watch'];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: roleName },
      rules: [
        { apiGroups: [''], resources: ['services', 'namespaces'], verbs },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: roleName },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: roleName },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

function service(clusterIP: string): unknown[] {
  const ports = ['UDP', 'TCP'].map((protocol) => ({ name: `dns-${protocol.toLowerCase()}`, port: 53, protocol }));
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace, labels },
      spec: { clusterIP, selector: labels, ports },
    },
  ];
}

function deployment(image: string): unknown {
  const container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: ['UDP', 'TCP'].map((protocol) => ({ containerPort: 53, protocol })),
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
  };
  const pod = {
    serviceAccountName: name,
    dnsPolicy: 'Default',
    terminationGracePeriodSeconds: 1,
    containers: [container],
    volumes: [{ name: 'config', configMap: { name } }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
    },
  };
}

def guide_elbo_and_gradient(params, normals, uniforms, baseline, bound, batch, rng):
    """One-draw ELBO (nats) and its gradient by the unconstrained parameters.

    params (*batch, n_params); normals, uniforms: standard noise. baseline and the
    returned reward (*batch, n_sites) belong to the draws without a pathwise gradient.
    """
    n_coin = bound['n_coin']
    k5 = bound['k5']
    k1 = bound['k1']
    k6 = bound['k6']
    k7 = bound['k7']
    k3 = bound['k3']
    k8 = bound['k8']
    k9 = bound['k9']
    k2 = bound['k2']
    k10 = bound['k10']
    k11 = bound['k11']
    k12 = bound['k12']
    k13 = bound['k13']
    k14 = bound['k14']
    k15 = bound['k15']
    u_p = params[..., 0]
    p = u_p.sigmoid()
    fair = bernoulli.sample(p, shape=(*batch,), rng=rng)
    t1 = fair == k5
    u_q = params[..., 1:]
    q = u_q.sigmoid()
    heads = bernoulli.sample(q, shape=(*batch, n_coin), rng=rng)
    t2 = heads == k5
    t3 = torch.where(fair != k7, k3, k8)
    t4 = torch.where(t2, t3[..., None], (k5 - t3)[..., None])
    t5 = t4.log()
    t6 = torch.where(t1, k1, k6).log() + t5.sum(-1)
    t7 = k2 - heads
    t8 = t7 * t7
    t9 = k9 * t8.sum(-1)
    t10 = k5 - p
    t11 = torch.where(t1, p, t10)
    t12 = t11.log()
    t13 = k5 - q
    t14 = torch.where(t2, q, t13)
    t15 = t14.log()
    t16 = t6 - t12
    t17 = ((t16 - baseline[..., 0]) + k11) / t11
    d_p = torch.where(t1, t17, k12) + torch.where(t1, k12, -t17)
    d_u_p = d_p * (p * t10)
    t18 = torch.addcmul(k13 + t5, t8, k14) - t15 - baseline[..., 1:2]
    t19 = (t18 + k11) / t14
    d_q = torch.where(t2, t19, k12) + torch.where(t2, k12, -t19)
    d_u_q = d_q * (q * t13)
    t20 = torch.stack((t16, ((t5 - t15).sum(-1) - t9 + k10) / k15), -1)
    return (t6 - t9 - (t12 + t15.sum(-1)) + k10, torch.cat((d_u_p[..., None], d_u_q), -1), t20)

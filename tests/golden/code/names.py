def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    at_class_it_s = bound['at_class_it_s']
    at_class_a_b = bound['at_class_a_b']
    lambda_ = values['lambda']
    lp_lambda = halfnormal.log_prob(lambda_, 1.0)
    def_ = values['def']
    lp_def = normal.log_prob(def_, 0.0, lambda_)
    torch_ = values['torch']
    lp_torch = normal.log_prob(torch_, def_, 1.0)
    values_2 = values['values']
    t1 = normal.log_prob(values_2, torch_[..., None], 1.0)
    lp_values = t1.sum(-1)
    normal_2 = values['normal']
    größe = values_2[..., at_class_it_s] + values_2[..., at_class_a_b]
    lp_normal = normal.log_prob(normal_2, größe, 1.0)
    lp_bound = normal.log_prob(1.0, normal_2, 1.0)
    return {'lambda': lp_lambda, 'def': lp_def, 'torch': lp_torch, 'values': lp_values,
        'normal': lp_normal, 'bound': lp_bound}


def complete(values, bound, batch, rng):
    """Latent, derived and forward-drawn variables, given the inferred ones.

    values: name -> (*batch, *dimensions). Returns the same with all other variables.
    """
    at_class_it_s = bound['at_class_it_s']
    at_class_a_b = bound['at_class_a_b']
    lambda_ = values['lambda']
    def_ = values['def']
    torch_ = values['torch']
    values_2 = values['values']
    größe = values_2[..., at_class_it_s] + values_2[..., at_class_a_b]
    normal_2 = values['normal']
    return {'lambda': lambda_, 'def': def_, 'torch': torch_, 'values': values_2, 'größe': größe,
        'normal': normal_2}

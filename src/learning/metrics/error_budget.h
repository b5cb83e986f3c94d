// The error that repeated looks at the same locked people may cost. Each look k gets a share of the
// total that sums to it over infinitely many looks: total * (6 / pi^2) / k^2, a spending sequence
// as in alpha-investing (Foster & Stine 2008, J R Stat Soc B 70:429).
#pragma once

namespace relearn {

/// Error allowed to look number `look`, from 1 on. Failed looks count, too.
double error_of_look(double total, unsigned look);

}  // namespace relearn

import betaCdf from "@stdlib/stats-base-dists-beta-cdf";
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import normalOracle from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantileOracle from "@stdlib/stats-base-dists-normal-quantile";
import studentOracle from "@stdlib/stats-base-dists-t-cdf";
import studentQuantileOracle from "@stdlib/stats-base-dists-t-quantile";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactNonInferiority } from "./exact.ts";
import { holm } from "./holm.ts";
import { clusteredMean, meanInterval, oneSidedT } from "./mean.ts";
import { exactLowerBound, wilson } from "./proportion.ts";
import { exceedanceTest, quantile, quantileInterval } from "./quantile.ts";
import { fieller } from "./ratio.ts";
import { binomialTail, normalCdf, normalQuantile, regularizedBeta, studentCdf, studentQuantile } from "./special.ts";

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const chance = between(1e-9, 1 - 1e-9);
const RUNS = { numRuns: 400 };

/** Within 1e-10 of the oracle, and of its size where that is above 1. */
function agree(ours: number, oracle: number): void {
  expect(Math.abs(ours - oracle)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(oracle)));
}

describe("our distributions beside @stdlib's, to 1e-10", () => {
  it("normal", () => {
    fc.assert(
      fc.property(between(-38, 38), (x) => agree(normalCdf(x), normalOracle(x, 0, 1))),
      RUNS,
    );
    // Below 1e-6 the oracle loses digits: at 1e-9 it is off by 4e-9 (R: see below).
    fc.assert(
      fc.property(between(1e-6, 1 - 1e-6), (p) => agree(normalQuantile(p), normalQuantileOracle(p, 0, 1))),
      RUNS,
    );
  });

  it("Student's t", () => {
    const df = fc.integer({ min: 1, max: 2_000 });
    // Nearer to 0 the oracle says 0.5 outright, which is off by t / pi with one degree of freedom.
    const t = between(-60, 60).filter((value) => Math.abs(value) >= 1e-6);
    fc.assert(
      fc.property(t, df, (value, degrees) => agree(studentCdf(value, degrees), studentOracle(value, degrees))),
      RUNS,
    );
    expect(studentCdf(3.1415902976249473e-10, 1)).toBeCloseTo(0.5 + 1e-10, 15);
    // With one degree of freedom a quantile at 1e-9 is 3e8: beyond what any of our levels asks for.
    fc.assert(
      fc.property(between(1e-5, 1 - 1e-5), df, (p, degrees) =>
        agree(studentQuantile(p, degrees), studentQuantileOracle(p, degrees)),
      ),
      RUNS,
    );
  });

  it("incomplete beta", () => {
    fc.assert(
      fc.property(between(0, 1), between(0.05, 400), between(0.05, 400), (x, a, b) =>
        agree(regularizedBeta(x, a, b), betaCdf(x, a, b)),
      ),
      RUNS,
    );
  });

  it("binomial", () => {
    const trial = fc
      .integer({ min: 1, max: 5_000 })
      .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }) }));
    fc.assert(
      fc.property(trial, chance, ({ n, k }, p) => agree(binomialTail(k, n, p), 1 - binomialCdf(k - 1, n, p))),
      RUNS,
    );
  });
});

// R 4.2.2 (Debian r-base-core); above each block the command that printed the numbers.
describe("our functions beside R's", () => {
  const VALUES = [2.1, 3.7, 1.2, 9.4, 5.5, 4.8, 7.7];
  const close = (ours: readonly (number | null | undefined)[], theirs: readonly number[], digits = 12) => {
    expect(ours).toHaveLength(theirs.length);
    theirs.forEach((value, index) => {
      expect(ours[index]).toBeCloseTo(value, digits);
    });
  };

  // Rscript -e 'options(digits=17); qnorm(c(1e-9,1e-6,1e-4)); pnorm(c(-8,-1.645,2.5)); qt(.95,c(1,3,9,29,153)); pt(c(-1.2,.3,2.5),c(3,29,2)); pbeta(c(.01,.3,.95),c(.5,20,2),c(3,40,.7))'
  it("distributions", () => {
    close([1e-9, 1e-6, 1e-4].map(normalQuantile), [-5.9978070150076865, -4.7534243088228987, -3.71901648545568]);
    close([-8, -1.645, 2.5].map(normalCdf), [6.2209605742717849e-16, 0.049984905539121369, 0.99379033467422384], 15);
    const degrees = [1, 3, 9, 29, 153];
    const quantiles = [
      6.3137515146750376, 2.3533634348018246, 1.8331129326562365, 1.6991270265334975, 1.65487384678132,
    ];
    close(
      degrees.map((df) => studentQuantile(0.95, df)),
      quantiles,
    );
    const tails = [studentCdf(-1.2, 3), studentCdf(0.3, 29), studentCdf(2.5, 2)];
    close(tails, [0.15813105734905239, 0.6168414533355161, 0.9351941398892446]);
    const betas = [regularizedBeta(0.01, 0.5, 3), regularizedBeta(0.3, 20, 40), regularizedBeta(0.95, 2, 0.7)];
    close(betas, [0.18625375, 0.29982167525229342, 0.79550003365172073]);
  });

  // Rscript -e 'options(digits=17); binom.test(70,129)$p.value; binom.test(5,60,alternative="greater")$conf.int[1]; pbinom(c(0,1,3),c(59,93,153),.05); prop.test(81,263,correct=FALSE)$conf.int; prop.test(7,40,correct=FALSE,conf.level=.9)$conf.int'
  it("proportions", () => {
    close([2 * binomialTail(70, 129, 0.5), exactLowerBound(5, 60, 0.95)], [0.37868766269311954, 0.033410632369750851]);
    const exceed = [
      { exceed: 0, n: 59 },
      { exceed: 1, n: 93 },
      { exceed: 3, n: 153 },
    ].map((counts) => exceedanceTest({ ...counts, share: 0.05 }));
    close(exceed, [0.048494525249423201, 0.049975795242616486, 0.049444798043020183]);
    const [wide, narrow] = [wilson(81, 263, 0.95), wilson(7, 40, 0.9)];
    const bounds = [wide.low, wide.high, narrow.low, narrow.high];
    close(bounds, [0.25528851987827428, 0.36620957698280016, 0.0977604430891172, 0.293419298530431]);
  });

  // Rscript -e 'options(digits=17); x<-c(2.1,3.7,1.2,9.4,5.5,4.8,7.7); t.test(x)$conf.int; quantile(x,c(.5,.95)); t.test(c(.2,-.4,-.9,.1,-.3),alternative="less")$p.value; p.adjust(c(.01,.02,.03,.04,.05),"holm")'
  it("means, quantiles and Holm", () => {
    const { low, high } = meanInterval(VALUES, 0.95) ?? {};
    close([low, high], [2.2066146145365644, 7.6219568140348652]);
    const sorted = VALUES.toSorted((a, b) => a - b);
    close([quantile(sorted, 0.5), quantile(sorted, 0.95)], [4.8, 8.89]);
    close([oneSidedT([0.2, -0.4, -0.9, 0.1, -0.3]).p], [0.128143412213859]);
    close(holm([0.01, 0.02, 0.03, 0.04, 0.05]), [0.05, 0.08, 0.09, 0.09, 0.09]);
  });

  // Rscript -e 'x<-sort(c(2.1,3.7,1.2,9.4,5.5,4.8,7.7,2.9,6.6,8.1,3.3,4.4)); x[qbinom(.025,12,.5)]; x[qbinom(.975,12,.5)+1]'
  it("order statistics", () => {
    const sorted = [...VALUES, 2.9, 6.6, 8.1, 3.3, 4.4].sort((a, b) => a - b);
    expect(quantileInterval(sorted, 0.5, 0.95)).toMatchObject({ low: 2.9, high: 7.7 });
  });

  // Rscript -e 'options(digits=15); x<-c(1,2,3,4); y<-c(2,3,5,9); f<-function(r){d<-x-r*y; mean(d)/(sd(d)/2)}; t<-qt(.95,3); uniroot(function(r) f(r)-t,c(.2,.5),tol=1e-13)$root; uniroot(function(r) f(r)+t,c(.6,1.2),tol=1e-13)$root'
  it("Fieller's bounds, found as roots of the t statistic", () => {
    const { interval } = fieller({ candidate: [1, 2, 3, 4], incumbent: [2, 3, 5, 9], level: 0.9 });
    close([interval?.low, interval?.high], [0.432491312127598, 0.98083335107934], 10);
  });

  // Rscript -e 'cl<-c(1,1,1,2,2,2,3,3,4,4); v<-c(1,1,1,0,0,0,1,0,1,1); u<-tapply(resid(lm(v~1)),cl,sum); sqrt(4/3*sum(u^2))/10'
  it("the clustered error, from the residuals of a linear model", () => {
    const groups = [
      [1, 1, 1],
      [0, 0, 0],
      [1, 0],
      [1, 1],
    ];
    const { interval } = clusteredMean(groups, 0.95);
    const reach = ((interval?.high ?? 0) - (interval?.low ?? 0)) / 2;
    close([reach / studentQuantile(0.975, 3)], [0.267332502076846]);
  });

  // z <- function(w,l,n,m) { d <- -m; B <- -w-l+(2*n-w+l)*d; C <- -l*d*(1-d); r <- (sqrt(pmax(0,B^2-8*n*C))-B)/(4*n)
  //   ifelse(w-l-n*d==0, 0, (w-l-n*d)/sqrt(n*(2*r+d*(1-d)))) }
  // pA <- function(w,l,n,m) { g <- expand.grid(w=0:n,l=0:n); g <- g[g$w+g$l<=n,]; g <- g[z(g$w,g$l,n,m)>=z(w,l,n,m)-1e-9,]
  //   f <- function(q) sum(exp(lfactorial(n)-lfactorial(g$w)-lfactorial(g$l)-lfactorial(n-g$w-g$l)+ifelse(g$w>0,g$w*log(q),0)+
  //     ifelse(g$l>0,g$l*log(q+m),0)+ifelse(n-g$w-g$l>0,(n-g$w-g$l)*log(1-2*q-m),0)))
  //   s <- (1-m)/2*((0:400)/400)^2; v <- sapply(s,f); i <- which.max(v)
  //   max(v, optimize(f,c(s[max(1,i-1)],s[min(401,i+1)]),maximum=TRUE,tol=1e-12)$objective) }
  it.each([
    [0, 0, 59, 0.05, 0.0484945252494231],
    [3, 3, 100, 0.05, 0.0444520764174616],
    [10, 10, 200, 0.05, 0.020078339601055],
    [12, 6, 60, 0, 0.107539730356707],
    [5, 9, 120, 0.1, 0.0295152008535896],
  ])("test A by enumeration of all outcomes: %i won, %i lost of %i at margin %d", (wins, losses, n, margin, p) => {
    expect(exactNonInferiority({ wins, losses, n, margin })).toBeCloseTo(p, 10);
  });
});

/* Pair STDP in Lava's fixed-point arithmetic by hand: what a compiled rule should come near to.
 *
 * weights[pre][post] in int16, traces in uint8, one learning epoch of one step, one random number
 * shared by all synapses. Only rows of pre neurons and columns of post neurons that spiked are
 * touched. dw = 2^-2 * x1 * y0 - 2^-2 * y1 * x0: each product is a trace, shifted left by 5 into
 * the accumulator. Beside it the two limits: a read-modify-write of the same cache lines without
 * any arithmetic, and a copy of the whole array.
 *
 * Built by native.py: gcc -O3 -march=native -shared -fPIC
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LINE = 64, PRODUCT_SHIFT = 5 };

static inline int32_t clip(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* a += product, in the accumulator's range */
static inline int32_t add(int32_t accumulator, int32_t product)
{
    return clip(accumulator + product, -32769, 32767);
}

/* accumulator back to a weight; `up` = 127 - floor(128 * u) rounds up where fraction > u */
static inline int16_t rounded(int32_t accumulator, int32_t up)
{
    return (int16_t)clip((accumulator + up) >> 7, -256, 255);
}

/* One epoch. pre_spiked[n_pre] and post_spiked[n_post] are 0 or 1; post[] lists the latter. */
static void epoch(int16_t *weights, size_t n_pre, size_t n_post, const uint8_t *pre_spiked,
                  const uint8_t *post_spiked, const int32_t *post, size_t n_spikes,
                  const uint8_t *x1, const uint8_t *y1, int32_t up)
{
    for (size_t i = 0; i < n_pre; i++) {
        int16_t *restrict row = weights + i * n_post;
        const int32_t plus = (int32_t)x1[i] << PRODUCT_SHIFT;
        if (pre_spiked[i]) {
            for (size_t j = 0; j < n_post; j++) {
                int32_t a = add((int32_t)row[j] << 7, post_spiked[j] ? plus : 0);
                row[j] = rounded(add(a, -((int32_t)y1[j] << PRODUCT_SHIFT)), up);
            }
        } else {
            for (size_t s = 0; s < n_spikes; s++) {
                const size_t j = (size_t)post[s];
                row[j] = rounded(add((int32_t)row[j] << 7, plus), up);
            }
        }
    }
}

/* h = decay(h) by a table of 128 entries, plus the impulse where there was a spike */
static void step_traces(uint8_t *restrict traces, size_t n, const uint8_t *restrict spiked,
                        const uint8_t *restrict decayed, int32_t impulse)
{
    for (size_t i = 0; i < n; i++) {
        const int32_t h = decayed[traces[i]] + (spiked[i] ? impulse : 0);
        traces[i] = (uint8_t)(h > 127 ? 127 : h);
    }
}

/* Spikes of one epoch t: rows t of the rasters; post lists are packed, from starts[t] on. */
struct epochs {
    const uint8_t *pre_spiked, *post_spiked;
    const int32_t *post, *starts;
    const uint8_t *decayed; /* [t][128], the decay of every trace value with that step's draw */
    const int32_t *up;
};

void run_epochs(int16_t *weights, int64_t n, uint8_t *x1, uint8_t *y1, const struct epochs *e,
                int64_t n_epochs, int32_t impulse, int32_t with_traces)
{
    for (int64_t t = 0; t < n_epochs; t++) {
        const uint8_t *pre = e->pre_spiked + t * n, *post = e->post_spiked + t * n;
        if (with_traces) {
            step_traces(x1, (size_t)n, pre, e->decayed + 128 * t, impulse);
            step_traces(y1, (size_t)n, post, e->decayed + 128 * t, impulse);
        }
        epoch(weights, (size_t)n, (size_t)n, pre, post, e->post + e->starts[t],
              (size_t)(e->starts[t + 1] - e->starts[t]), x1, y1, e->up[t]);
    }
}

/* The cache lines that run_epochs touches, each read and written once an epoch. */
void touch_lines(uint8_t *weights, int64_t n, const struct epochs *e, int64_t n_epochs)
{
    const size_t stride = (size_t)n * sizeof(int16_t);
    for (int64_t t = 0; t < n_epochs; t++) {
        const int32_t *post = e->post + e->starts[t];
        const size_t n_spikes = (size_t)(e->starts[t + 1] - e->starts[t]);
        for (int64_t i = 0; i < n; i++) {
            volatile uint64_t *row = (volatile uint64_t *)(weights + (size_t)i * stride);
            if (e->pre_spiked[t * n + i]) {
                for (size_t k = 0; k < stride / sizeof(uint64_t); k += LINE / sizeof(uint64_t))
                    row[k] += 1;
            } else {
                size_t last = SIZE_MAX;
                for (size_t s = 0; s < n_spikes; s++) {
                    const size_t line = (size_t)post[s] * sizeof(int16_t) / LINE;
                    if (line != last)
                        row[line * (LINE / sizeof(uint64_t))] += 1;
                    last = line;
                }
            }
        }
    }
}

void copy_weights(int16_t *to, const int16_t *from, int64_t count)
{
    memcpy(to, from, (size_t)count * sizeof(int16_t));
}

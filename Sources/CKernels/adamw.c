#include "portability.h"

// p -= lr wd p; m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; p -= lr/(1-b1^t) m / (sqrt(v)/sqrt(1-b2^t) + eps)
KERNEL(void, pl_adamw,
       (float *restrict parameters, float *restrict gradients, float *restrict first_moment,
        float *restrict second_moment, int64_t n, pl_adamw_step step),
       (parameters, gradients, first_moment, second_moment, n, step)) {
  float keep = 1.0f - step.learning_rate * step.weight_decay;
  float rate = step.learning_rate / step.bias_correction1;
  float root = 1.0f / step.bias_correction2_sqrt;
  for (int64_t i = 0; i < n; i++) {
    float g = gradients[i] * step.gradient_scale;
    float m = step.beta1 * first_moment[i] + step.beta1_rest * g;
    float v = step.beta2 * second_moment[i] + step.beta2_rest * g * g;
    first_moment[i] = m;
    second_moment[i] = v;
    parameters[i] = parameters[i] * keep - rate * m / (__builtin_sqrtf(v) * root + step.epsilon);
    gradients[i] = 0;
  }
}

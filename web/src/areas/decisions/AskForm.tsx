// The shell asks from any object; loaded when somebody does.
import './decisions.css';

export { AskForm as default } from './forms';

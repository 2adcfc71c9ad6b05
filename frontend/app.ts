import "./page";
import "./elements/composer";
import "./elements/dialog";
import "./elements/keys";
import "./elements/menu";
import "./elements/panes";
import "./elements/time";
import "./elements/toast";
